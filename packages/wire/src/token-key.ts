// Metadata of a call that proves who calls: the token of a login on the same connection.

export const TOKEN_KEY = 'coffer-token'
