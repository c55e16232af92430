package admin_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service/connect"
)

// TestPasswordLogin has a password of Redshift judged through the API.
func TestPasswordLogin(t *testing.T) {
	server := mockaws.New()
	api := httptest.NewServer(admin.Protect(admin.Handler(server), token))
	defer api.Close()
	client := admin.NewClient(api.URL, token)
	defer client.Close()
	const holder = "arn:aws:iam::111122223333:user/app"
	login := connect.Login{Host: "sales.abc123xyz789.us-east-1.redshift.amazonaws.com", User: "IAM:app",
		Password: server.IAM().NewLogin(iam.Password{Service: "redshift", Place: "sales", Region: "us-east-1",
			User: "IAM:app", Holder: holder, Until: time.Now().Add(time.Hour)})}
	e, err := client.Login(t.Context(), login)
	if err != nil || !e.Verdict.Accepted || e.Verdict.Principal != holder || e.Seq != 1 {
		t.Errorf("%v, %s", err, &e)
	}
	login.User = "app"
	e, err = client.Login(t.Context(), login)
	if err != nil || e.Verdict.Accepted || !strings.Contains(e.Verdict.String(), `for the user "IAM:app"`) {
		t.Errorf("%v, %s", err, &e)
	}
	login.Host = "sales"
	_, err = client.Login(t.Context(), login)
	if err == nil || !strings.Contains(err.Error(), "host is no endpoint") ||
		strings.Contains(err.Error(), login.Password) {
		t.Errorf("got %v", err)
	}
}
