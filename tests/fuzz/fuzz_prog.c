// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_prog - any file for xdplab_prog_open()
 *
 * It may refuse the file, but neither we nor libbpf, to which it gives what
 * elf_defect() let pass, may fall over it.  Nothing is loaded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xdplab.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct xdplab_prog_opts first = { .sz = sizeof(first),
						.first = true };
	struct xdplab_prog *prog = NULL;
	int fd = memfd_create("fuzz_prog", MFD_CLOEXEC);
	char path[32];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!xdplab_prog_open(&prog, path, &first))
		xdplab_prog_free(prog);
	close(fd);
	return 0;
}
