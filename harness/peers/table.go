package peers

// table is every peer, our own mock first.
var table = []Peer{
	{
		Name: Ours, Version: "(this source)",
		argv: func(p place) []string {
			return []string{p.in("mockaws"), "serve", "--listen", p.address(), "--admin", "127.0.0.1:0", "--seed",
				"seed.yaml"}
		},
		files: map[string]string{"seed.yaml": `accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{id: ` + rootKey + `, secret: ` + rootSecret + `}]}]}]`},
	},
	{
		Name: "moto", Version: "5.2.5", folder: "moto",
		Source: "https://docs.getmoto.org/en/latest/docs/server_mode.html",
		argv:   motoServer,
	},
	{
		Name: "moto-auth", Version: "5.2.5", folder: "moto", Source: "https://docs.getmoto.org/en/latest/docs/iam.html",
		argv: motoServer, enforce: enforceMoto,
	},
	{
		Name: "ministack", Version: "1.5.33", folder: "ministack", Source: "https://pypi.org/project/ministack/",
		argv: ministack, env: ministackEnv,
	},
	{
		Name: "ministack-auth", Version: "1.5.33", folder: "ministack", Source: "https://pypi.org/project/ministack/",
		argv: ministack, env: append([]string{"AUTH=true"}, ministackEnv...), key: "test", secret: "test",
		enforce: newUser,
	},
	{
		Name: "versitygw", Version: "1.8.0", Claims: []string{"S3"}, folder: "versitygw",
		Source: "https://github.com/versity/versitygw/wiki/Global-Options",
		argv: func(p place) []string {
			return []string{p.in("subject"), "--port", p.address(), "--keep-alive", "--quiet", "--iam-dir",
				p.work + "/iam", "posix", p.work + "/data"}
		},
		env:   []string{"ROOT_ACCESS_KEY=" + rootKey, "ROOT_SECRET_KEY=" + rootSecret},
		files: map[string]string{"iam/": "", "data/": ""},
	},
	{
		// The newest that the Go module system knows: releases after it have tags
		// that are no versions to it.
		Name: "minio", Version: "2026-02-12", Claims: []string{"S3"}, folder: "minio",
		Source: "https://github.com/minio/minio#install-from-source",
		argv: func(p place) []string {
			return []string{p.in("subject"), "server", "--quiet", "--address", p.address(), "--console-address",
				"127.0.0.1:0", p.work + "/data"}
		},
		env: []string{"MINIO_ROOT_USER=" + rootKey, "MINIO_ROOT_PASSWORD=" + rootSecret, "MINIO_BROWSER=off",
			"MINIO_UPDATE=off"},
	},
	{
		Name: "s3rver", Version: "3.7.1", Claims: []string{"S3"}, folder: "node",
		Source: "https://github.com/jamhall/s3rver#readme",
		argv: func(p place) []string {
			return []string{"node", p.in("node_modules", ".bin", "s3rver"), "--silent", "-d", p.work, "-a", "127.0.0.1",
				"-p", p.port}
		},
		key: "S3RVER", secret: "S3RVER",
	},
	{
		Name: "dynalite", Version: "4.0.0", Claims: []string{"DynamoDB"}, folder: "node",
		Source: "https://github.com/architect/dynalite#readme",
		argv: func(p place) []string {
			return []string{"node", p.in("node_modules", ".bin", "dynalite"), "--host", "127.0.0.1", "--port", p.port,
				"--createTableMs", "0"}
		},
	},
}

func motoServer(p place) []string {
	return []string{p.in("venv", "bin", "python"), p.in("venv", "bin", "moto_server"), "-H", "127.0.0.1", "-p", p.port}
}

func ministack(p place) []string {
	return []string{p.in("venv", "bin", "python"), p.in("venv", "bin", "ministack")}
}

var ministackEnv = []string{"BIND_HOST=127.0.0.1", "GATEWAY_PORT={port}", "LOG_LEVEL=ERROR"}
