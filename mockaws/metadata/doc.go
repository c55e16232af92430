// Package metadata is the endpoints of hosts that hand out AWS credentials: EC2's
// instance metadata service (IMDS), the ECS agent's task credentials and
// metadata, the agent of EKS Pod Identity, the endpoint of restored Lambda
// SnapStart functions, IAM Identity Center's portal and token service, the
// sign-in service behind aws login, GitHub Actions' identity tokens, Google's
// metadata server at the address of EC2's, and the credential listener of
// Amplify Hosting, whose protocol is not public.
//
// Each is an http.Handler that hands out what a Vendor issues, with the
// statuses, headers, bodies and refusals of the real one. Each way to answer is a
// Behaviour, a row that says where it is known from and how well; Behaviours
// lists them all.
//
// An endpoint tells an observer of each request as a Lookup, which holds no
// secret. Faults make it misbehave on purpose, by count.
//
// # Place
//
// The harness places its handlers at the addresses that a host names; the mock
// itself does not use them.
package metadata
