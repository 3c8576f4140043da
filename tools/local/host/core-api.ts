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

/** A request (all but `statusCode` and `headers`) or an answer (`statusCode`, `headers`, `body`). */
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
  direction: 'in' | 'out';
  [property: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  handler: unknown;
}

/** What fired: the value for the trigger binding and what else is known about it. */
export interface TriggerEvent {
  data: RpcTypedData;
  metadata?: Record<string, RpcTypedData>;
}

export interface InvocationResponse {
  returnValue?: RpcTypedData | null;
}

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], handler: unknown): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(core: {
    invocationId: string;
    metadata: FunctionMetadata;
    request: object;
    log: (level: string, category: string, message: string) => void;
  }): InvocationModel;
}

/** One line of log. `time` is an ISO string; `function` and `invocationId` are empty for lines of the host itself. */
export interface LogLine {
  time: string;
  level: string;
  function: string;
  invocationId: string;
  message: string;
}

export type Log = (level: string, message: string, functionName?: string, invocationId?: string) => void;
