import { scenario } from './scenario.ts';
for (const load of [1, 3, 4, 5, 6, 8, 12, 20, 40]) {
  const out: string[] = [];
  for (const seed of [1, 2, 3]) {
    const s = scenario({ load, seed, scaling: { base: { mode: 'observe' } } });
    await s.run(600);
    const at = s.clock.now();
    await s.run(1800);
    const r = s.actionsSince(at);
    const wanted = s.decisions.filter((d) => d.at >= at).map((d) => d.figures.wanted);
    out.push(`${r.length} actions (${r.filter((x) => x.action.kind === 'create-group').length} creates) wanted ${Math.min(...wanted)}..${Math.max(...wanted)}`);
  }
  console.log(load, out.join(' | '));
}
