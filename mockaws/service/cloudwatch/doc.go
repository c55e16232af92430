// Package cloudwatch is Amazon CloudWatch's metrics, over the Query protocol, JSON and
// CBOR.
package cloudwatch
