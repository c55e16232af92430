// Package library has what is known of AWS SDKs and of the libraries around them:
// how their requests identify them, and how each is configured to use certain
// credentials. It sharpens advice; nothing is concluded from it alone.
//
// What is known stands in fixtures/libraries, a file a library; package fixtures
// documents the format. This package compares: a User-Agent ([Of]), the text of an
// error ([In], [Find]).
package library
