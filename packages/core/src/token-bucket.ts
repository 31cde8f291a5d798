// A token bucket: how long a stream must wait so that its bytes keep to a rate. Pure.

export interface BucketRules {
  readonly bytesPerSecond: number
  /** Bytes that may go at once after a pause. */
  readonly burstBytes: number
}

export interface Bucket {
  /** Bytes that may go now; below 0 when more has gone than the rate allows. */
  readonly tokens: number
  readonly atMs: number
}

/** What the bucket holds at `nowMs`. A clock that was set back adds nothing. */
export function refill(bucket: Bucket, { bytesPerSecond, burstBytes }: BucketRules, nowMs: number) {
  const elapsedMs = Math.max(0, nowMs - bucket.atMs)
  const tokens = Math.min(burstBytes, bucket.tokens + (elapsedMs * bytesPerSecond) / 1000)
  return { tokens, atMs: nowMs }
}

/** How long until what has gone keeps to the rate; 0 when it does. */
export function waitOf({ tokens }: Bucket, { bytesPerSecond }: BucketRules): number {
  return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / bytesPerSecond)
}
