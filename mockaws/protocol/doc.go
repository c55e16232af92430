// Package protocol speaks AWS's wire protocols from the server's side: it
// writes results, and it translates a refusal into the status, code, message,
// headers and body that AWS sends for it.
//
// The translations are tables of rows (see Row), one table a protocol, with a
// few rows a service overrides. Each row carries its source and how sure it is.
//
// # Place
//
// A judge refuses for a reason of package verdict, and this package says it in the
// words of the service.
package protocol
