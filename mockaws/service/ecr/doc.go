// Package ecr is Amazon Elastic Container Registry as far as credentials go: the
// password with which Docker signs in to a registry.
package ecr
