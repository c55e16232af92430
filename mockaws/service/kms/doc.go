// Package kms is AWS Key Management Service with symmetric keys, which really encrypt.
package kms
