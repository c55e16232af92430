// Package cognitoidentity is Amazon Cognito's identity pools, which exchange logins, or
// nothing at all, for credentials.
package cognitoidentity
