// Package secretsmanager is AWS Secrets Manager: secrets with versions and stages.
package secretsmanager
