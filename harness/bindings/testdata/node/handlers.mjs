export async function echo(event) {
  console.log('printed');
  return { event, region: process.env.AWS_REGION };
}
export function callback(event, context, done) {
  setImmediate(() => done(null, event + 1));
}
export async function fails() {
  throw new Error('on purpose');
}
