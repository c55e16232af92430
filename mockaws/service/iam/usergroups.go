package iam

import (
	"github.com/hostproof/hostproof/mockaws/service"
)

type groupPage struct {
	pageInfo
	Groups members[string]
}

type listGroupsForUserInput struct {
	UserName namedUser
	paging
}

// listGroupsForUser: there are no groups here, and those who delete a user ask.
func listGroupsForUser(c *service.Call, in *listGroupsForUserInput) (*groupPage, error) {
	if _, err := c.IAM.Get(in.UserName.Entity); err != nil {
		return nil, failed(err)
	}
	return &groupPage{}, nil
}

type mfaElement struct{ UserName, SerialNumber, EnableDate string }

type mfaPage struct {
	pageInfo
	MFADevices members[mfaElement]
}

type listMFADevicesInput struct {
	UserName ownUser
	paging
}

func listMFADevices(c *service.Call, in *listMFADevicesInput) (*mfaPage, error) {
	info, err := c.IAM.Get(in.UserName.Entity)
	if err != nil {
		return nil, failed(err)
	}
	some, at, err := paged(in.paging, info.MFA)
	if err != nil {
		return nil, err
	}
	return &mfaPage{at, collect(some, func(serial string) mfaElement {
		return mfaElement{info.Name, serial,
			timeText(info.Created)}
	})}, nil
}
