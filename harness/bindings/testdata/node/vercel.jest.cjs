const { deploy } = require('hostproof/jest');

const project = {
  users: [{ name: 'app', allow: ['bedrock:InvokeModel'], key: ['MY_AWS_ACCESS_KEY_ID', 'MY_AWS_SECRET_ACCESS_KEY'] }],
  set: process.env.MENDED ? { MENDED: '1' } : {},
};

test('on Vercel, the app calls Bedrock as its own user', async () => {
  const host = await deploy('vercel', project);
  try {
    const run = await host.run('node', ['app.mjs']);
    expect(run).toHaveNoProblems();
    expect(run).toBeAcceptedAs('user/app');
  } finally {
    await host.close();
  }
});
