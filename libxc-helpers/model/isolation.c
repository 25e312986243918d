/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/isolation.h"

#include "base/str.h"
#include "model/isolation_ids.h"

/* What must be switched on, where there is a switch for it, before a function keeps others apart. */
#define REQUIRED \
	(XPT_ACS_SOURCE_VALIDATION | XPT_ACS_REQUEST_REDIRECT | XPT_ACS_COMPLETION_REDIRECT | \
	 XPT_ACS_UPSTREAM_FORWARDING)

/* blame */
#define BELOW (1 << 0) /* a bridge (or VMD) that does not keep apart what is below it */
#define SLOT (1 << 1)  /* first of the functions of its slot that nothing keeps apart */
#define ALIAS (1 << 2) /* sends under another function's number */

#define CAUSES_SHOWN 4

/* ---- one function ---- */

/* A VF is a function of its own, whatever shares its slot number. */
static bool is_multifunction(const struct xpt_pci_device *d)
{
	return d->physfn == XPT_PCI_NONE && (d->cap.multifunction || d->addr.fn);
}

static bool has_acs_on(const struct xpt_pcicap *cap)
{
	uint16_t required = cap->acs_caps & REQUIRED;

	return cap->has_acs && (cap->acs_ctl & required) == required;
}

/* Does what the function sends, or passes on, go up to the IOMMU before it goes anywhere else? */
static bool keeps_apart(const struct xpt_pci_device *d)
{
	if (xpt_isolation_has_own_way(d))
		return true;
	switch (d->cap.pcie_type) {
	case XPT_PCIE_TYPE_NONE:
	case XPT_PCIE_TO_PCI:
	case XPT_PCIE_FROM_PCI:
	case XPT_PCIE_RC_EVENTS:
		return false;
	case XPT_PCIE_ROOT_PORT:
	case XPT_PCIE_DOWNSTREAM:
		return has_acs_on(&d->cap);
	default:
		return !is_multifunction(d) || has_acs_on(&d->cap);
	}
}

/* ---- sets of functions: the root of a set is its first function ---- */

static size_t find_root(size_t *above, size_t i)
{
	while (above[i] != i) {
		above[i] = above[above[i]];
		i = above[i];
	}
	return i;
}

static void unite(size_t *above, size_t a, size_t b)
{
	a = find_root(above, a);
	b = find_root(above, b);
	if (a < b)
		above[b] = a;
	else
		above[a] = b;
}

struct finding {
	const struct xpt_pci *pci;
	size_t *above;
	bool *keeps;   /* the function itself */
	bool *is_safe; /* a bridge: it and all bridges above it keep apart */
	uint8_t *blame;
};

/*
 * What is below a bridge that does not keep apart is one with it. Conventional bridges never do, so that
 * what they send under their own number needs no rule of its own.
 */
static void unite_with_bridge(struct finding *f, size_t i)
{
	const struct xpt_pci_device *d = &f->pci->v[i];
	bool has_bridge = d->parent != XPT_PCI_NONE;
	size_t up = has_bridge ? (size_t)d->parent : i;

	f->keeps[i] = keeps_apart(d);
	f->is_safe[i] = f->keeps[i] && xpt_pci_is_bridge(d) && (!has_bridge || f->is_safe[up]);
	if (!has_bridge || f->is_safe[up])
		return;
	unite(f->above, i, up);
	if (!f->keeps[up] || !xpt_pci_is_bridge(&f->pci->v[up]))
		f->blame[up] |= BELOW;
}

static void unite_with_alias(struct finding *f, size_t i)
{
	const struct xpt_pci_device *other = NULL;
	struct xpt_bdf alias;

	if (xpt_isolation_alias(&f->pci->v[i], &alias))
		other = xpt_pci_find(f->pci, &alias);
	if (!other)
		return;
	unite(f->above, i, xpt_pci_index(f->pci, other));
	f->blame[i] |= ALIAS;
}

/* The functions of a slot that do not keep apart are one; from is the first of the slot. */
static void unite_slot(struct finding *f, size_t from, size_t end)
{
	size_t first = end;

	for (size_t i = from; i < end; i++) {
		const struct xpt_pci_device *d = &f->pci->v[i];

		if (f->keeps[i])
			continue;
		if (first == end) {
			first = i;
			continue;
		}
		unite(f->above, i, first);
		/* Where the bridge above joins them already, the slot adds nothing. */
		if (d->parent == XPT_PCI_NONE || f->is_safe[d->parent])
			f->blame[first] |= SLOT;
	}
}

static void unite_all(struct finding *f)
{
	const struct xpt_pci *pci = f->pci;

	for (size_t i = 0; i < pci->n; i++) {
		f->above[i] = i;
		unite_with_bridge(f, i);
	}
	for (size_t from = 0, end = 0; from < pci->n; from = end) {
		while (end < pci->n && xpt_bdf_same_slot(&pci->v[from].addr, &pci->v[end].addr))
			unite_with_alias(f, end++);
		unite_slot(f, from, end);
	}
}

/* ---- groups ---- */

/* In order of address, so that a set's root comes before its other members. */
static void number_groups(struct xpt_isolation *s, size_t *above)
{
	XPT_FREE size_t *last = xpt_alloc(s->pci->n * sizeof(*last));

	for (size_t i = 0; i < s->pci->n; i++) {
		size_t root = find_root(above, i);

		s->next[i] = XPT_ISOLATION_END;
		if (root == i) {
			s->group_of[i] = s->n_groups;
			s->groups[s->n_groups++] = (struct xpt_group){.first = i};
		} else {
			s->group_of[i] = s->group_of[root];
			s->next[last[root]] = i;
		}
		last[root] = i;
		s->groups[s->group_of[i]].n_endpoints += !xpt_pci_is_bridge(&s->pci->v[i]);
	}
}

void xpt_isolation_find(const struct xpt_pci *pci, struct xpt_isolation *ret)
{
	XPT_FREE size_t *above = xpt_alloc(pci->n * sizeof(*above));
	XPT_FREE bool *keeps = xpt_alloc(pci->n * sizeof(*keeps));
	XPT_FREE bool *is_safe = xpt_alloc(pci->n * sizeof(*is_safe));
	struct xpt_isolation s = {
		.pci = pci,
		.groups = xpt_alloc(pci->n * sizeof(*s.groups)),
		.group_of = xpt_alloc(pci->n * sizeof(*s.group_of)),
		.next = xpt_alloc(pci->n * sizeof(*s.next)),
		.blame = xpt_alloc(pci->n * sizeof(*s.blame)),
	};
	struct finding f = {pci, above, keeps, is_safe, s.blame};

	unite_all(&f);
	number_groups(&s, above);
	*ret = s;
}

void xpt_isolation_done(struct xpt_isolation *s)
{
	free(s->groups);
	free(s->group_of);
	free(s->next);
	free(s->blame);
	*s = (struct xpt_isolation){0};
}

const struct xpt_group *xpt_isolation_group(const struct xpt_isolation *s,
					    const struct xpt_pci_device *d)
{
	return &s->groups[s->group_of[xpt_pci_index(s->pci, d)]];
}

bool xpt_isolation_is_isolated(const struct xpt_group *group)
{
	return group->n_endpoints < 2;
}

/* ---- why ---- */

static void blame_bridge(struct xpt_strv *causes, const struct xpt_pci_device *d)
{
	char addr[XPT_BDF_SIZE];

	xpt_bdf_format(&d->addr, addr);
	if (!xpt_pci_is_bridge(d))
		xpt_strv_addf(causes, "what is below %s sends under its number", addr);
	else if (d->cap.pcie_type == XPT_PCIE_TYPE_NONE || d->cap.pcie_type == XPT_PCIE_TO_PCI ||
		 d->cap.pcie_type == XPT_PCIE_FROM_PCI)
		xpt_strv_addf(causes, "the bus behind bridge %s is conventional PCI", addr);
	else
		xpt_strv_addf(causes, "bridge %s has %s", addr,
			      d->cap.has_acs ? "its ACS switched off" : "no ACS");
}

static void blame_slot(struct xpt_strv *causes, const struct xpt_pci_device *d)
{
	xpt_strv_addf(causes, "the functions of slot %04x:%02x:%02x have %s", d->addr.domain,
		      d->addr.bus, d->addr.dev,
		      d->cap.has_acs ? "their ACS switched off" : "no ACS between them");
}

static void blame_alias(struct xpt_strv *causes, const struct xpt_pci_device *d)
{
	char addr[XPT_BDF_SIZE], name[XPT_BDF_SIZE];
	struct xpt_bdf alias = d->addr;

	if (xpt_isolation_alias(d, &alias))
		xpt_strv_addf(causes, "%s sends under the number of %s",
			      xpt_bdf_format(&d->addr, addr), xpt_bdf_format(&alias, name));
}

char *xpt_isolation_explain(const struct xpt_isolation *s, const struct xpt_group *group)
{
	XPT_STRV causes = {0};
	XPT_STR text = {0};

	if (xpt_isolation_is_isolated(group))
		return NULL;
	for (size_t i = group->first; i != XPT_ISOLATION_END; i = s->next[i]) {
		if (s->blame[i] & BELOW)
			blame_bridge(&causes, &s->pci->v[i]);
		if (s->blame[i] & SLOT)
			blame_slot(&causes, &s->pci->v[i]);
		if (s->blame[i] & ALIAS)
			blame_alias(&causes, &s->pci->v[i]);
	}
	for (size_t i = 0; i < causes.n && i < CAUSES_SHOWN; i++)
		xpt_str_addf(&text, "%s%s", i ? ", " : "", causes.v[i]);
	if (causes.n > CAUSES_SHOWN)
		xpt_str_addf(&text, ", and %zu more such", causes.n - CAUSES_SHOWN);
	xpt_str_add(&text, ": these devices can reach each other's memory by DMA that the IOMMU "
			   "does not see or cannot tell apart");
	return xpt_str_take(&text);
}
