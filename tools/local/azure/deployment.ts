// What the hooks of a deployment ask of Azure: providers, rights, the app with its settings and keys, a key vault, an action
// group, system topics. One of each of the others, whatever its name.
//
// Not modelled: anything that a deployment makes; names; versions of secrets; that stopping an app stops its functions.

import { type ArmAnswer, ArmError } from './arm.ts';

export class Deployment {
  /** States of resource providers that are not `Registered`. */
  readonly providers: Record<string, string> = {};
  /** What whoever deploys may do in the subscription. */
  rights = { actions: ['*'], notActions: [] as string[] };
  /** Whether a list of apps shows the app. */
  deployed = false;
  /** App settings as they are deployed. */
  appSettings: Record<string, string> = {};
  functionKey = 'local-function-key';
  running = true;
  /** Requests about the app, vault and action group that are refused first, as while a role propagates. */
  refusals = 0;
  readonly secrets: Record<string, string> = {};
  /** What became of the references of app settings to the key vault. */
  reference = 'Resolved';
  actionGroup: unknown = { location: 'global', properties: { groupShortName: 'swload', enabled: true } };

  /** System topics of Event Grid, whichever the subscription. */
  systemTopics: { id: string; name: string; tags?: Record<string, string>; properties: { source: string } }[] = [];

  topics(): ArmAnswer {
    return ok({ value: this.systemTopics });
  }

  deleteTopic(name: string): ArmAnswer {
    this.#admit();
    const found = this.systemTopics.some((topic) => topic.name === name);
    this.systemTopics = this.systemTopics.filter((topic) => topic.name !== name);
    return { status: found ? 202 : 204, headers: {} };
  }

  provider(namespace: string): ArmAnswer {
    return ok({ namespace, registrationState: this.providers[namespace] ?? 'Registered' });
  }

  permissions(): ArmAnswer {
    return ok({ value: [this.rights] });
  }

  apps(): ArmAnswer {
    return ok({ value: this.deployed ? [{ name: 'func' }] : [] });
  }

  settings(): ArmAnswer {
    this.#admit();
    return ok({ properties: this.appSettings });
  }

  keys(): ArmAnswer {
    this.#admit();
    return ok({ functionKeys: { default: this.functionKey } });
  }

  stop(): ArmAnswer {
    this.#admit();
    this.running = false;
    return { status: 200, headers: {} };
  }

  getSecret(name: string): ArmAnswer {
    this.#admit();
    if (!(name in this.secrets)) throw new ArmError(404, 'SecretNotFound', `There is no secret ${name}.`);
    return ok({ name, properties: {} });
  }

  putSecret(name: string, body: unknown): ArmAnswer {
    this.#admit();
    this.secrets[name] = (body as { properties: { value: string } }).properties.value;
    // The value of a secret is never given out.
    return { status: 201, headers: {}, body: { name, properties: {} } };
  }

  getReference(): ArmAnswer {
    return ok({ properties: { status: this.reference } });
  }

  renewReferences(): ArmAnswer {
    this.reference = 'Resolved';
    return ok({});
  }

  getActionGroup(): ArmAnswer {
    this.#admit();
    return ok(this.actionGroup);
  }

  putActionGroup(body: unknown): ArmAnswer {
    this.#admit();
    this.actionGroup = body;
    return ok(body);
  }

  #admit(): void {
    if (this.refusals === 0) return;
    this.refusals--;
    throw new ArmError(403, 'AuthorizationFailed', 'The client does not have authorization to perform this action.');
  }
}

const ok = (body: unknown): ArmAnswer => ({ status: 200, headers: {}, body });
