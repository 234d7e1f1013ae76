// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_run_config - any bytes as the BTF that a run configuration is in
 *
 * What btf_defect() let pass is read for each function that it names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "../../lib/internal.h"
#include "../../lib/prog/elf.h"
#include "../../lib/prog/run-config.h"

#define ALL_ACTIONS 0x1fu
#define UNTOUCHED   77

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

__attribute__((constructor)) static void silence_libbpf(void)
{
	libbpf_set_print(NULL);
}

/* ---- where to begin ---- */

/* A configuration of function f that has it all. */
static struct btf *whole(void)
{
	static const char *const members[] = { "priority", "XDP_ABORTED",
					       "XDP_DROP", "XDP_PASS",
					       "XDP_TX",   "XDP_REDIRECT" };
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int value = btf__add_ptr(btf, btf__add_array(btf, number, number, 1));
	int config = btf__add_struct(btf, NULL, 8 * ARRAY_SIZE(members));

	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		btf__add_field(btf, members[i], value, 64 * i, 0);
	config = btf__add_const(btf, config);
	config = btf__add_var(btf, "_f", BTF_VAR_STATIC, config);
	btf__add_datasec(btf, ".xdp_run_config", 0);
	btf__add_datasec_var_info(btf, config, 0, 8 * ARRAY_SIZE(members));
	btf__add_func(btf, "f", BTF_FUNC_GLOBAL,
		      btf__add_func_proto(btf, number));
	return btf;
}

/* Without one libFuzzer would not find to a BTF: it does not see into libbpf,
 * which refuses nearly all that is none. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	struct btf *btf;
	const void *raw;
	__u32 length;

	(void)seed;
	if (size >= sizeof(struct btf_header))
		return LLVMFuzzerMutate(bytes, size, room);
	btf = whole();
	raw = btf__raw_data(btf, &length);
	size = length < room ? length : room;
	memcpy(bytes, raw, size);
	btf__free(btf);
	return size;
}

/* ---- what holds for all of them ---- */

static void read_one(const struct btf *btf, const char *name)
{
	struct run_config config = { UNTOUCHED, UNTOUCHED };
	int err = run_config_read(&config, btf, name, "fuzz");

	if (err && (err != -EINVAL || config.prio != UNTOUCHED ||
		    config.actions != UNTOUCHED || !*xdplab_error()))
		abort();
	if (!err && (config.prio > INT32_MAX || config.actions & ~ALL_ACTIONS))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct btf *btf;

	if (btf_defect(bytes, size))
		return 0;
	btf = btf__new(bytes, size);
	if (!btf)
		abort();
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_func(type))
			read_one(btf, btf__name_by_offset(btf, type->name_off));
	}
	btf__free(btf);
	return 0;
}
