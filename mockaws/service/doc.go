// Package service is what the mock's AWS services share. It stands between
// package mockaws, which identifies, authenticates and authorizes a request, and
// the packages under it, one an AWS service.
//
//   - A Service is a table of Operations with a signing name and a dialect.
//   - A Call is one call of an Operation, by a caller who was identified and
//     allowed. A handler knows no HTTP and no authentication.
//   - Handle and its kin make a Handler of a function with a typed input and output.
//     What it returns, a result or an Error, the service's dialect writes.
//   - Regional keeps a service's resources by account, region and name.
//
// Around it stand
//
//   - service/NAME: the services, each with its handlers and its tests;
//   - service/all: the list of them;
//   - service/catalog: which service and operation a request means, for every
//     service of AWS;
//   - service/internal/foundation: what Bedrock's services share.
//
// To add a service: a package service/NAME with a function New that returns a *Service,
// its error rows and its tests, which call mocktest.Refusals; and a line in service/all.
package service
