// Package library has what is known of AWS SDKs and of the libraries around them:
// how their requests call themselves, and how each is told to use certain
// credentials. It sharpens advice; nothing is concluded from it alone.
package library
