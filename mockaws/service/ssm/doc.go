// Package ssm is the Parameter Store of AWS Systems Manager.
package ssm
