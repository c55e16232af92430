// Package mockaws is an AWS that really judges credentials. It verifies
// Signature Version 4, knows whose key and whose token it sees, evaluates
// policies, and refuses as AWS does: status, headers, body and wording, service
// by service.
//
// A *Server is an http.Handler:
//
//	aws := mockaws.New()
//	aws.Seed(mockaws.Seed{...})
//	srv := httptest.NewServer(aws)
//
// Every request ends up in the Journal as an Exchange with its Verdict, refused
// and unreadable ones too.
//
// The judge is our own: it never verifies by calling an SDK's signer.
package mockaws
