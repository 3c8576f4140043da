// The parts of `@azure/functions-core` that the programming model uses. On Azure the Node worker supplies that module.

/** A value on its way between host and worker; exactly one property is set. */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  http?: RpcHttpData;
}

type Nullable = Record<string, { value: string }>;

/** A request, or with `statusCode` and `headers` an answer. */
export interface RpcHttpData {
  url?: string;
  method?: string;
  nullableHeaders?: Nullable;
  nullableParams?: Nullable;
  nullableQuery?: Nullable;
  statusCode?: string;
  headers?: Record<string, string>;
  body?: RpcTypedData | null;
}

export interface Binding {
  type: string;
  [property: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(core: {
    invocationId: string;
    metadata: FunctionMetadata;
    request: object;
    log: (level: string, category: string, message: string) => void;
  }): {
    getArguments(): Promise<{ context: object; inputs: unknown[] }>;
    invokeFunction(context: object, inputs: unknown[], handler: unknown): Promise<unknown>;
    getResponse(context: object, result: unknown): Promise<{ returnValue?: RpcTypedData | null }>;
  };
}
