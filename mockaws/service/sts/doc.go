// Package sts is AWS Security Token Service: who a caller is, and temporary credentials
// for roles, users and web identities.
package sts
