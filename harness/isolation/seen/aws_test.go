package seen

import "testing"

// TestAttemptOfAWS: case and a final dot make no other name, and no other partition's is a stranger's.
func TestAttemptOfAWS(t *testing.T) {
	for name, want := range map[string]bool{
		"STS.us-east-1.amazonaws.com.": true, "s3.us-iso-east-1.c2s.ic.gov": true, "bedrock.us-east-1.api.aws": true,
		"api.amazon.com": false, "amazonaws.com.example.com": false, "": false,
	} {
		if got := (Attempt{Name: name}).OfAWS(); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
