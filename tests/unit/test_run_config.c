// SPDX-License-Identifier: GPL-2.0-only
/* test_run_config - run configurations, and BTF that only looks like one */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/run-config.h"
#include <cmocka.h>

#define DROP	  (1u << XDP_DROP)
#define PASS	  (1u << XDP_PASS)
#define TX	  (1u << XDP_TX)
#define UNTOUCHED 77

/* ---- a configuration, and types to put in place of its own ---- */

static const __u32 modifiers[] = { BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE,
				   BTF_KIND_CONST, BTF_KIND_RESTRICT,
				   BTF_KIND_TYPE_TAG };

/* A type of each kind, whose id is the kind: a variable that is a struct whose
 * member is a pointer to an array, and what they do without. */
static int setup(void **state)
{
	struct btf *btf = btf__new_empty();

	btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btf__add_ptr(btf, BTF_KIND_ARRAY);
	btf__add_array(btf, BTF_KIND_INT, BTF_KIND_INT, 10);
	btf__add_struct(btf, NULL, 8);
	btf__add_field(btf, "priority", BTF_KIND_PTR, 0, 0);
	btf__add_union(btf, NULL, 8);
	btf__add_enum(btf, "enum", 4);
	btf__add_fwd(btf, "fwd", BTF_FWD_STRUCT);
	btf__add_typedef(btf, "typedef", BTF_KIND_INT);
	btf__add_volatile(btf, BTF_KIND_INT);
	btf__add_const(btf, BTF_KIND_INT);
	btf__add_restrict(btf, BTF_KIND_INT);
	btf__add_func(btf, "func", BTF_FUNC_GLOBAL, BTF_KIND_FUNC_PROTO);
	btf__add_func_proto(btf, BTF_KIND_INT);
	btf__add_var(btf, "_lab", BTF_VAR_GLOBAL_ALLOCATED, BTF_KIND_STRUCT);
	btf__add_datasec(btf, ".xdp_run_config", 8);
	btf__add_datasec_var_info(btf, BTF_KIND_VAR, 0, 8);
	btf__add_float(btf, "float", 4);
	btf__add_decl_tag(btf, "decl_tag", BTF_KIND_VAR, -1);
	btf__add_type_tag(btf, "type_tag", BTF_KIND_INT);
	btf__add_enum64(btf, "enum64", 8, true);
	assert_int_equal(btf__type_cnt(btf), BTF_KIND_ENUM64 + 1);
	*state = btf;
	return 0;
}

static int teardown(void **state)
{
	btf__free(*state);
	return 0;
}

static struct btf_type *type_at(struct btf *btf, __u32 id)
{
	return (struct btf_type *)btf__type_by_id(btf, id);
}

static void set_type(struct btf *btf, __u32 id, __u32 type)
{
	type_at(btf, id)->type = type;
}

static void set_name(struct btf *btf, __u32 id, const char *name)
{
	type_at(btf, id)->name_off = btf__add_str(btf, name);
}

static void set_value(struct btf *btf, __u32 value)
{
	btf_array(type_at(btf, BTF_KIND_ARRAY))->nelems = value;
}

static void set_entry(struct btf *btf, __u32 type)
{
	btf_var_secinfos(type_at(btf, BTF_KIND_DATASEC))->type = type;
}

static struct btf_var *variable_of(struct btf *btf)
{
	return btf_var(type_at(btf, BTF_KIND_VAR));
}

static struct btf_member *member_of(struct btf *btf)
{
	return btf_members(type_at(btf, BTF_KIND_STRUCT));
}

/* ---- what comes of it ---- */

static void expect_of(const char *name, const struct btf *btf, uint32_t prio,
		      uint32_t actions)
{
	struct run_config config = { UNTOUCHED, UNTOUCHED };

	assert_int_equal(run_config_read(&config, btf, name, "lab.o"), 0);
	assert_int_equal(config.prio, prio);
	assert_int_equal(config.actions, actions);
}

static void expect(const struct btf *btf, uint32_t prio, uint32_t actions)
{
	expect_of("lab", btf, prio, actions);
}

static void expect_default(const struct btf *btf)
{
	expect(btf, 50, PASS);
}

static void expect_refused(const struct btf *btf, const char *error,
			   const char *remedy)
{
	struct run_config config = { UNTOUCHED, UNTOUCHED };

	assert_int_equal(run_config_read(&config, btf, "lab", "lab.o"),
			 -EINVAL);
	assert_string_equal(xdplab_error(), error);
	assert_string_equal(xdplab_remedy(), remedy);
	assert_int_equal(config.prio, UNTOUCHED);
	assert_int_equal(config.actions, UNTOUCHED);
}

static void expect_no_struct(const struct btf *btf)
{
	expect_refused(btf,
		       "lab.o: _lab in section .xdp_run_config is not a run "
		       "configuration",
		       "use struct { __uint(priority, NUMBER); } "
		       "XDP_RUN_CONFIG(lab);");
}

static void expect_no_number(const struct btf *btf)
{
	expect_refused(btf,
		       "lab.o: priority in the run configuration of lab is not "
		       "a number",
		       "use __uint(priority, NUMBER)");
}

static void expect_unknown(const struct btf *btf, const char *member)
{
	char error[128];

	snprintf(error, sizeof(error),
		 "lab.o: the run configuration of lab has an unknown member "
		 "\"%s\"",
		 member);
	expect_refused(btf, error,
		       "members are priority, XDP_ABORTED, XDP_DROP, XDP_PASS, "
		       "XDP_TX and XDP_REDIRECT");
}

/* ---- where nothing is said ---- */

static void what_says_nothing_means_the_defaults(void **state)
{
	type_at(*state, BTF_KIND_STRUCT)->info--; /* its only member */
	expect_default(*state);
	set_name(*state, BTF_KIND_DATASEC, ".data");
	expect_default(*state);
	expect_default(NULL);
}

static void another_name_is_not_meant(void **state)
{
	static const char *const variables[] = { "_lab2", "_la",  "lab",
						 "__lab", "_LAB", "xlab" };
	static const char *const sections[] = { ".xdp_run_config2", ".maps",
						"xdp_run_config" };

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		set_name(*state, BTF_KIND_VAR, variables[i]);
		expect_default(*state);
	}
	set_name(*state, BTF_KIND_VAR, "_lab");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		set_name(*state, BTF_KIND_DATASEC, sections[i]);
		expect_default(*state);
	}
}

/* The variable's id is where a struct has the name of its member. */
static void a_type_of_the_sections_name_is_none(void **state)
{
	set_name(*state, BTF_KIND_DATASEC, ".data");
	set_name(*state, BTF_KIND_STRUCT, ".xdp_run_config");
	member_of(*state)->name_off = BTF_KIND_VAR;
	expect_default(*state);
}

/* ---- what is said ---- */

static void a_priority_is_read(void **state)
{
	static const __u32 values[] = { 0, 1, 10, 50, 4096, INT32_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		set_value(*state, values[i]);
		expect(*state, values[i], PASS);
	}
}

static void actions_are_added_and_taken_away(void **state)
{
	static const char *const members[] = {
		"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT",
	};

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		member_of(*state)->name_off = btf__add_str(*state, members[i]);
		set_value(*state, i ? 1 : UINT32_MAX);
		expect(*state, 50, PASS | 1u << i);
		set_value(*state, 0);
		expect(*state, 50, PASS & ~(1u << i));
	}
}

static void all_of_it_is_read(void **state)
{
	struct btf *btf = *state;
	int none = btf__add_ptr(
		btf, btf__add_array(btf, BTF_KIND_INT, BTF_KIND_INT, 0));
	int config = btf__add_struct(btf, NULL, 32);

	btf__add_field(btf, "XDP_TX", BTF_KIND_PTR, 0, 0);
	btf__add_field(btf, "XDP_PASS", none, 64, 0);
	btf__add_field(btf, "priority", BTF_KIND_PTR, 128, 0);
	btf__add_field(btf, "XDP_DROP", BTF_KIND_PTR, 192, 0);
	set_type(btf, BTF_KIND_VAR, config);
	expect(btf, 10, TX | DROP);
}

static void static_named_and_qualified_ones_do_as_well(void **state)
{
	variable_of(*state)->linkage = BTF_VAR_STATIC;
	set_name(*state, BTF_KIND_STRUCT, "config");
	for (size_t i = 0; i < ARRAY_SIZE(modifiers); i++) {
		set_type(*state, modifiers[i], BTF_KIND_STRUCT);
		set_type(*state, BTF_KIND_VAR, modifiers[i]);
		expect(*state, 10, PASS);
	}
	set_type(*state, BTF_KIND_VOLATILE, BTF_KIND_PTR);
	member_of(*state)->type = BTF_KIND_VOLATILE;
	expect(*state, 10, PASS);
}

/* They begin with the same characters, more than the kernel or libxdp keep. */
static void long_names_are_told_apart(void **state)
{
	char name[202] = "_";

	memset(name + 1, 'l', sizeof(name) - 2);
	set_name(*state, BTF_KIND_VAR, name);
	expect_of(name + 1, *state, 10, PASS);
	name[200] = 'x';
	expect_of(name + 1, *state, 50, PASS);
}

static void another_functions_configuration_does_not_matter(void **state)
{
	struct btf *btf = *state;
	int other = btf__add_var(btf, "_lab2", BTF_VAR_STATIC, BTF_KIND_INT);

	set_entry(btf, other);
	btf__add_datasec(btf, ".xdp_run_config", 16);
	btf__add_datasec_var_info(btf, other, 0, 8);
	btf__add_datasec_var_info(btf, BTF_KIND_VAR, 8, 8);
	btf__add_datasec(btf, ".xdp_run_config", 8);
	btf__add_datasec_var_info(btf, other, 0, 8);
	expect(btf, 10, PASS);
}

/* ---- what is no configuration ---- */

static void a_priority_that_is_too_large_is_refused(void **state)
{
	set_value(*state, 1u + INT32_MAX);
	expect_refused(*state,
		       "lab.o: priority in the run configuration of lab is "
		       "2147483648, which is more than 2147483647",
		       "");
}

static void an_unknown_member_is_refused_by_name(void **state)
{
	static const char *const names[] = {
		"",	    "prio",	"PRIORITY", "priority2",
		"XDP_",	    "XDP_LATE", "XDP_PAS",  "XDP_PASS2",
		"xdp_pass", "xdp_PASS", "XDP_pass", "PASS",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		member_of(*state)->name_off = btf__add_str(*state, names[i]);
		expect_unknown(*state, names[i]);
	}
}

static void a_bad_member_is_refused_wherever_it_is(void **state)
{
	struct btf *btf = *state;
	int config = btf__add_struct(btf, NULL, 24);

	btf__add_field(btf, "XDP_TX", BTF_KIND_PTR, 0, 0);
	btf__add_field(btf, "priority", BTF_KIND_INT, 64, 0);
	btf__add_field(btf, "XDP_DROP", BTF_KIND_PTR, 128, 0);
	set_type(btf, BTF_KIND_VAR, config);
	expect_no_number(btf);
}

static void a_member_of_another_shape_is_refused(void **state)
{
	set_type(*state, BTF_KIND_FUNC, BTF_KIND_ARRAY);
	for (__u32 kind = 0; kind <= BTF_KIND_ENUM64; kind++) {
		if (kind == BTF_KIND_PTR)
			continue;
		member_of(*state)->type = kind;
		expect_no_number(*state);
	}
	member_of(*state)->type = BTF_KIND_PTR;
	for (__u32 kind = 0; kind <= BTF_KIND_ENUM64; kind++) {
		if (kind == BTF_KIND_ARRAY)
			continue;
		set_type(*state, BTF_KIND_PTR, kind);
		expect_no_number(*state);
	}
}

static void a_variable_that_is_no_struct_is_refused(void **state)
{
	for (__u32 kind = 0; kind <= BTF_KIND_ENUM64; kind++) {
		if (kind == BTF_KIND_STRUCT)
			continue;
		set_type(*state, BTF_KIND_VAR, kind);
		expect_no_struct(*state);
	}
}

static void a_variable_that_is_only_declared_is_refused(void **state)
{
	variable_of(*state)->linkage = BTF_VAR_GLOBAL_EXTERN;
	expect_no_struct(*state);
}

/* What follows a typedef is where a variable has its linkage: here none. */
static void something_else_than_a_variable_is_refused(void **state)
{
	set_type(*state, BTF_KIND_TYPEDEF, BTF_KIND_STRUCT);
	for (__u32 kind = BTF_KIND_INT; kind <= BTF_KIND_ENUM64; kind++) {
		if (kind == BTF_KIND_VAR || kind == BTF_KIND_DATASEC)
			continue;
		set_name(*state, kind, "_lab");
		set_entry(*state, kind);
		expect_no_struct(*state);
		set_name(*state, kind, "");
	}
}

/* ---- what refers to nothing, or to itself ---- */

/* No type has these ids. */
static const __u32 nowhere[] = { 0, BTF_KIND_ENUM64 + 1, 1u << 31, UINT32_MAX };

static void a_type_that_there_is_not_is_refused(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		set_type(*state, BTF_KIND_PTR, nowhere[i]);
		expect_no_number(*state);
		member_of(*state)->type = nowhere[i];
		expect_no_number(*state);
		set_type(*state, BTF_KIND_VAR, nowhere[i]);
		expect_no_struct(*state);
		set_type(*state, BTF_KIND_VAR, BTF_KIND_STRUCT);
		member_of(*state)->type = BTF_KIND_PTR;
	}
}

static void a_variable_that_there_is_not_is_passed_over(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		set_entry(*state, nowhere[i]);
		expect_default(*state);
	}
}

static void a_name_that_there_is_not_is_that_of_nothing(void **state)
{
	member_of(*state)->name_off = UINT32_MAX;
	expect_unknown(*state, "");
	type_at(*state, BTF_KIND_VAR)->name_off = UINT32_MAX;
	expect_default(*state);
	set_name(*state, BTF_KIND_VAR, "_lab");
	type_at(*state, BTF_KIND_DATASEC)->name_off = UINT32_MAX;
	expect_default(*state);
}

static void a_type_that_is_itself_is_refused(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(modifiers); i++) {
		set_type(*state, modifiers[i], modifiers[i]);
		member_of(*state)->type = modifiers[i];
		expect_no_number(*state);
		set_type(*state, BTF_KIND_VAR, modifiers[i]);
		expect_no_struct(*state);
		set_type(*state, BTF_KIND_VAR, BTF_KIND_STRUCT);
	}
	set_type(*state, BTF_KIND_PTR, BTF_KIND_PTR);
	member_of(*state)->type = BTF_KIND_PTR;
	expect_no_number(*state);
	set_type(*state, BTF_KIND_CONST, BTF_KIND_TYPEDEF);
	set_type(*state, BTF_KIND_TYPEDEF, BTF_KIND_CONST);
	set_type(*state, BTF_KIND_VAR, BTF_KIND_CONST);
	expect_no_struct(*state);
}

static void so_many_modifiers_in_a_row_are_a_loop(void **state)
{
	struct btf *btf = *state;
	int type = BTF_KIND_STRUCT;

	for (int i = 0; i < 32; i++)
		type = btf__add_const(btf, type);
	set_type(btf, BTF_KIND_VAR, type);
	expect(btf, 10, PASS);
	set_type(btf, BTF_KIND_VAR, btf__add_const(btf, type));
	expect_no_struct(btf);
}

static void a_compiled_configuration_is_read_and_survives_a_load(void **state)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	struct bpf_object *object;
	struct btf *btf;
	char path[256];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/bpf/run_config.o",
		 getenv("B") ?: "build");
	object = bpf_object__open(path);
	assert_non_null(object);
	expect_of("xdp_configured", bpf_object__btf(object), 7, PASS | DROP);
	assert_int_equal(bpf_object__load(object), 0);
	fd = bpf_program__fd(bpf_object__next_program(object, NULL));
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	btf = btf__load_from_kernel_by_id(info.btf_id);
	assert_non_null(btf);
	expect_of("xdp_configured", btf, 7, PASS | DROP);
	btf__free(btf);
	bpf_object__close(object);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_says_nothing_means_the_defaults),
		TEST(another_name_is_not_meant),
		TEST(a_type_of_the_sections_name_is_none),
		TEST(a_priority_is_read),
		TEST(actions_are_added_and_taken_away),
		TEST(all_of_it_is_read),
		TEST(static_named_and_qualified_ones_do_as_well),
		TEST(long_names_are_told_apart),
		TEST(another_functions_configuration_does_not_matter),
		TEST(a_priority_that_is_too_large_is_refused),
		TEST(an_unknown_member_is_refused_by_name),
		TEST(a_bad_member_is_refused_wherever_it_is),
		TEST(a_member_of_another_shape_is_refused),
		TEST(a_variable_that_is_no_struct_is_refused),
		TEST(a_variable_that_is_only_declared_is_refused),
		TEST(something_else_than_a_variable_is_refused),
		TEST(a_type_that_there_is_not_is_refused),
		TEST(a_variable_that_there_is_not_is_passed_over),
		TEST(a_name_that_there_is_not_is_that_of_nothing),
		TEST(a_type_that_is_itself_is_refused),
		TEST(so_many_modifiers_in_a_row_are_a_loop),
		TEST(a_compiled_configuration_is_read_and_survives_a_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
