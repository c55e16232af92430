// Package mistakes says why a signature of AWS Signature Version 4 does not match.
// It makes the mistakes that clients are known to make, one at a time and then two,
// until one gives exactly the signature that the request has, and says it in one
// sentence.
//
// It judges nothing: package sigv4 does, and works without it. What is found here
// explains a refusal; it never turns one into an acceptance.
package mistakes
