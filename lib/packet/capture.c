// SPDX-License-Identifier: LGPL-2.1-only
/* capture - files of packets, for those who use the library */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"
#include "pcap.h"

struct xdplab_capture {
	struct pcap_out *file;
};

int xdplab_capture_open(struct xdplab_capture **out, const char *path)
{
	struct xdplab_capture *capture = malloc(sizeof(*capture));
	int err;

	if (!capture)
		return fail(-ENOMEM, "%s: out of memory", path);
	err = pcap_out_open(&capture->file, path);
	if (err) {
		free(capture);
		return err;
	}
	*out = capture;
	return 0;
}

int xdplab_capture_add(struct xdplab_capture *capture, const void *bytes,
		       size_t length)
{
	return pcap_out_add(capture->file, bytes, length);
}

int xdplab_capture_flush(struct xdplab_capture *capture)
{
	return pcap_out_flush(capture->file);
}

int xdplab_capture_close(struct xdplab_capture *capture)
{
	int err = capture ? pcap_out_close(capture->file) : 0;

	free(capture);
	return err;
}
