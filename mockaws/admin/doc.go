// Package admin is the mock's management API, on a listener of its own: a
// program under test never meets it.
//
//	GET    /healthz                 503 while the journal cannot be written
//	GET    /v1/services             services and operations
//	POST   /v1/seed                 a mockaws.Seed as YAML or JSON; answers what was made, with credentials
//	GET    /v1/secrets              every secret that was issued, so that a harness can keep it out of reports
//	GET    /v1/journal?since=N      exchanges after N, at most limit=L;
//	                                with wait=M and timeout=5s, as soon as there are M
//	DELETE /v1/journal
//	GET    /v1/faults               planned faults
//	POST   /v1/faults               one fault.Fault as JSON
//	DELETE /v1/faults
//	GET    /v1/clock                {"offset": "1h0m0s", "now": "..."}
//	PUT    /v1/clock                {"offset": "1h"} or {"advance": "15m"}
//	GET    /v1/trail?account=ID     CloudTrail's event history
//	GET    /v1/issuers              OpenID Connect issuers
//	POST   /v1/issuers              one mockaws.IssuerSeed: declares an issuer, or changes one
//	POST   /v1/tokens               one mockaws.TokenRequest: a token of an issuer, good or with a defect
//	POST   /v1/logins               one connect.Login: whether a token or a password of Redshift is let in
//	POST   /v1/refused              one wire.Refused, of a proxy before the mock
//
// On a port it is behind Protect, which wants a token. Errors are {"error": "..."} with
// status 400, or that of Protect.
//
// # Place
//
// A harness that runs the mock in another process speaks to it through this
// package.
package admin
