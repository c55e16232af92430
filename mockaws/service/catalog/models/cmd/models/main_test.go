package main

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const smallModel = `{"metadata": {"serviceId": "Tea", "endpointPrefix": "tea", "protocol": "rest-json",
"apiVersion": "2026-01-01"}, "operations": {
"Brew": {"http": {"method": "POST", "requestUri": "/pots/{Pot}"}},
"Look": {"http": {"method": "GET", "requestUri": "/pots"}, "authtype": "none"}}}`

// TestTableOfWheel: of a service with two API versions the later one counts, and the
// first line says which release it was.
func TestTableOfWheel(t *testing.T) {
	wheel := fstest.MapFS{
		"botocore/__init__.py": {Data: []byte("__version__ = '1.99.0'\n"),
			ModTime: time.Date(2026, 11, 20, 19, 57, 4, 0, time.UTC)},
		"botocore/data/tea/2025-01-01/service-2.json.gz": {Data: []byte("not read")},
		"botocore/data/tea/2026-01-01/service-2.json.gz": {Data: zipped(smallModel)},
	}
	got, err := tableOf(wheel)
	if err != nil {
		t.Fatal(err)
	}
	want := "# Made of botocore 1.99.0, built 2026-11-20\n" +
		"# https://github.com/boto/botocore/tree/develop/botocore/data\n" +
		"S\tTea\ttea\ttea\trest-json\t\t\t2026-01-01\t\n" +
		"O\tBrew\tPOST\t/pots/{Pot}\n" +
		"U\tLook\tGET\t/pots\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for name, text := range map[string]string{"botocore/__init__.py": "no version",
		"botocore/data/tea/2026-01-01/service-2.json.gz": "no model"} {
		broken := fstest.MapFS{}
		for k, v := range wheel {
			broken[k] = v
		}
		broken[name] = &fstest.MapFile{Data: []byte(text)}
		if _, err := tableOf(broken); err == nil {
			t.Errorf("%s: %q passes", name, text)
		}
	}
	if _, err := tableOf(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "__init__.py") {
		t.Errorf("an empty wheel: %v", err)
	}
}

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}
