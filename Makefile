image image-run:
	npm run --silent $@
.PHONY: image image-run
