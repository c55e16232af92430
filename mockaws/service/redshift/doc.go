// Package redshift is Amazon Redshift and Redshift Serverless as far as credentials go: the
// calls that give a database user and a password.
package redshift
