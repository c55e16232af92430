// Package oidc has OpenID Connect issuers, as hosting platforms run them for what
// they host, and a verifier of their tokens, as AWS runs it in STS.
//
// An Issuer is an http.Handler that serves its discovery document and its keys,
// and mints tokens, good ones and ones with a defect. Issuers holds those that a
// mock knows; it is also the network through which a Verifier reaches them, so
// that verifying never leaves the process.
//
//	issuers := oidc.NewIssuers(nil)
//	vercel, err := issuers.Declare("https://oidc.vercel.com/acme", "")
//	token, err := vercel.Mint(oidc.TokenOptions{Claims: claims, Lifetime: time.Hour})
//	verified, err := oidc.NewVerifier(issuers, nil).Verify(ctx, token)
package oidc
