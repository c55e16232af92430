// Package canonical has the parts of a canonical request, each from the text that
// arrived: path, query, headers. The judge puts them together once; the search for
// a mistake changes them and puts them together again.
package canonical
