// Package harness deploys a program to a simulated host and runs it there.
//
// A Deployment is one running simulation: a Host as its fixture describes it, a
// project's own settings, and a mock AWS that judges every signature. Run runs
// a Subject in it; the Result has every AWS call with its verdict, and a
// Diagnosis that says where each part of the credentials came from.
//
//	d := harness.StartTest(t, "vercel",
//		harness.User("app", harness.Allow("bedrock:InvokeModel"),
//			harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY")))
//	r, err := d.Run(ctx, harness.Command("node", "subject.mjs"))
//
// An error means that the harness failed; a subject that fails is a Result.
package harness
