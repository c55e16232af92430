// The project of the app: a user with a key, and whether the app is mended.
export const project = {
  users: [{ name: 'app', allow: ['bedrock:InvokeModel'], key: ['MY_AWS_ACCESS_KEY_ID', 'MY_AWS_SECRET_ACCESS_KEY'] }],
  set: { ...(process.env.MENDED && { MENDED: '1' }) },
};
