// Package iam is the API of AWS Identity and Access Management over the store of
// mockaws/iam, which decides about every call.
package iam
