// Package iam is the identity side of the mock: accounts with users, access
// keys, roles, sessions, trust and policies. It answers two questions about a
// request: whose credentials are these ([Store.Resolve]), and may their
// principal do this ([Store.Authorize]). The operations of AWS STS that make
// temporary credentials are here too.
//
// The package knows no HTTP and verifies no signature. A refusal is a
// [verdict.Refusal]: its arguments fill the message that AWS sends, its detail
// tells the person who debugs what happened, and neither holds a secret.
//
// Policies are looked up when a call is authorized, never kept with a session:
// a changed policy or a deleted role takes effect at the next call.
package iam
