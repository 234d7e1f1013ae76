// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_verifier - any text as a verifier's log */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/internal.h"
#include "../../lib/prog/code.h"
#include "../../lib/verifier/verifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source_line lines[] = {
		{ 0, "/src/lab.bpf.c", "int lab(struct xdp_md *ctx)", 5 },
		{ 3, "/src/lab.bpf.c", "\treturn 0;", 7 },
	};
	struct xdplab_refusal *refusal;
	char *log = strndup((const char *)bytes, size);

	if (log && !xdplab_refusal_read(&refusal, log)) {
		/* The strings are the refusal's own, not the log's. */
		memset(log, 'x', strlen(log));
		if (!*refusal->message || refusal->insn < -1)
			abort();
		if (refusal_locate(refusal, lines, ARRAY_SIZE(lines)))
			abort();
		xdplab_refusal_free(refusal);
	}
	free(log);
	return 0;
}
