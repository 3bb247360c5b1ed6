module toggl-focus-vendor-samples

go 1.19
