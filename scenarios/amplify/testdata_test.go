package amplify_test

import "embed"

//go:embed testdata
var testdata embed.FS
