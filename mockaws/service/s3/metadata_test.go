package s3

import "testing"

// TestEncodedWord holds the form of metadata to what localstack/localstack recorded from AWS.
func TestEncodedWord(t *testing.T) {
	for value, want := range map[string]string{
		"":                         "",
		"plain = _text?\t":         "plain = _text?\t",
		"ÄMÄZÕÑ S3":                "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=",
		"\x00\x01\x02\x03\x04":     "=?UTF-8?B?AAECAwQ=?=",
		"non-ascii-%E2%80%94_—_é_": "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=",
		"test_—_file%E2%80%94_é_2👑.pdf": "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2" +
			"=F0=9F=91=91.pdf?=",
		"a=é?": "=?UTF-8?Q?a=3D=C3=A9=3F?=",
		"aé":   "=?UTF-8?B?YcOp?=", // as many of the one as of the other
		"\xe9": "\xe9",             // no UTF-8: left as it is
	} {
		if got := encodedWord(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	if got := latin1("non-ascii_—_é_"); got != "non-ascii_ _\xe9_" {
		t.Errorf("%q", got)
	}
	if got := latin1("\xe9"); got != "\xe9" {
		t.Errorf("%q", got)
	}
}
