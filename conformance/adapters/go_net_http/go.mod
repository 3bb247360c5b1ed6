module toggl-focus-adapter

go 1.19
