// Package mocktest is what tests of the mock share: a mock that listens, with a user
// and a platform's session, SDK configurations that call it, and the table of what
// each protocol answers to wrong credentials.
package mocktest
