package models

import (
	"bytes"
	"compress/gzip"
	"slices"
	"testing"
)

func TestTable(t *testing.T) {
	list := Services()
	operations := 0
	for _, s := range list {
		operations += len(s.Operations)
		if s.ID == "" || s.EndpointPrefix == "" || s.SigningName == "" || len(s.Protocols) == 0 {
			t.Errorf("incomplete: %+v", s)
		}
	}
	if len(list) < 400 || operations < 15_000 {
		t.Errorf("%d services with %d operations: AWS has more", len(list), operations)
	}
	i := slices.IndexFunc(list, func(s Service) bool { return s.ID == "Route 53" })
	if i < 0 || list[i].EndpointPrefix != "route53" || list[i].Version != "2013-04-01" ||
		list[i].Protocols[0] != "rest-xml" {
		t.Fatalf("Route 53 at %d", i)
	}
	j := slices.IndexFunc(list[i].Operations, func(o Operation) bool { return o.Name == "GetHostedZone" })
	if j < 0 || list[i].Operations[j].Path != "/2013-04-01/hostedzone/{Id}" ||
		list[i].Operations[j].Output != "GetHostedZoneResponse" {
		t.Errorf("GetHostedZone at %d", j)
	}
}

func TestBrokenTable(t *testing.T) {
	for _, text := range []string{"S\tX\n", "O\tX\n", "what\n"} {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		w.Close()
		if _, err := read(&b); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := read(bytes.NewReader([]byte(table))); err != nil {
			b.Fatal(err)
		}
	}
}
