/** Azure's code in what a client threw, e.g. `BlobNotFound`. */
export const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
