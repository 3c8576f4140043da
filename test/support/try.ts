import { scenario } from './scenario.ts';
for (const load of [1, 3, 4, 5, 6, 8, 12, 20, 32]) {
  const out: string[] = [];
  for (const seed of [1, 2, 3]) {
    const s = scenario({ load, seed, scaling: { base: { mode: 'observe' } } });
    await s.run(900);
    const at = s.clock.now();
    await s.run(1800);
    const r = s.actionsSince(at);
    const wanted = s.decisions.filter((d) => d.at >= at).map((d) => d.figures.wanted);
    out.push(`${r.length} actions (${r.filter((x) => x.action.kind === 'create-group').length} creates) wanted ${Math.min(...wanted)}..${Math.max(...wanted)}`);
  }
  console.log(load, out.join(' | '));
}
for (const [low, high] of [[3, 12], [3, 40], [5, 25], [4, 80], [20, 40], [1, 20]] as const) {
  const out: string[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const s = scenario({ load: low, seed });
    await s.run(600 + seed);
    const before = s.groups().length;
    const at = s.clock.now();
    s.setLoad(high);
    let first: number | undefined; let all: number | undefined; let peak = 0;
    for (let i = 0; i < 90; i++) { await s.run(1); if (s.groups().length > before) first ??= i + 1; if (s.groups().length >= Math.min(40, Math.ceil(high / 0.95) - 8)) all ??= i + 1; peak = Math.max(peak, s.groups().length) }
    out.push(`${first}/${all}/${peak}`);
  }
  console.log(low, high, 'first/enough/peak', out.join(' '));
}
