"""Trees: against the published vectors, and against the definition of RFC 9162 written out again, slowly."""

from __future__ import annotations

import doctest
import tracemalloc
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import UsageError
from renkei.log import checkpoint, merkle
from renkei.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The reference data of Certificate Transparency (RFC 6962: the same trees as RFC 9162), as published in
# https://github.com/transparency-dev/merkle/blob/main/proof/verify_test.go
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
H1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
H4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
H67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
# Entry (counted from 1 there), size -> proof.
INCLUSION = {
    (1, 1): [],
    (1, 8): [H1, H23, H4567],
    (6, 8): [H4, H67, ROOTS[3]],
    (3, 3): [ROOTS[1]],
    (2, 5): [ROOTS[0], H23, H4],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [H1, H23, H4567],
    (6, 8): [H45, H67, ROOTS[3]],
    (2, 5): [H23, H4],
    (6, 7): [H45, H6, ROOTS[3]],
}
LARGEST = 70


def hexadecimal(hashes: list[bytes]) -> list[str]:
    return [item.hex() for item in hashes]


# The definitions of RFC 9162, section 2.1, on lists of entries; no code of the package.


def oracle_root(entries: tuple[bytes, ...]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = oracle_half(len(entries))
    return sha256(b"\x01" + cached_root(entries[:half]) + cached_root(entries[half:])).digest()


cached_root = cache(oracle_root)


def oracle_half(count: int) -> int:
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def oracle_path(index: int, entries: tuple[bytes, ...]) -> list[bytes]:
    if len(entries) == 1:
        return []
    half = oracle_half(len(entries))
    if index < half:
        return [*oracle_path(index, entries[:half]), cached_root(entries[half:])]
    return [*oracle_path(index - half, entries[half:]), cached_root(entries[:half])]


def oracle_proof(old: int, entries: tuple[bytes, ...]) -> list[bytes]:
    return oracle_subproof(old, entries, True)


def oracle_subproof(old: int, entries: tuple[bytes, ...], whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [cached_root(entries)]
    half = oracle_half(len(entries))
    if old <= half:
        return [*oracle_subproof(old, entries[:half], whole), cached_root(entries[half:])]
    return [*oracle_subproof(old - half, entries[half:], False), cached_root(entries[:half])]


DATA = tuple(b"entry %d" % number for number in range(LARGEST))
TREE = Tree(leaf_hash(entry) for entry in DATA)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_published_roots() -> None:
    tree = Tree(leaf_hash(entry) for entry in ENTRIES)
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
    assert tree.root(0) == EMPTY_ROOT == Frontier().root()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("entry", "size"), INCLUSION)
def test_published_proofs_of_inclusion(entry: int, size: int) -> None:
    tree = Tree(leaf_hash(each) for each in ENTRIES)
    proof = tree.inclusion_proof(entry - 1, size)
    assert hexadecimal(proof) == INCLUSION[entry, size]
    assert verify_inclusion(leaf_hash(ENTRIES[entry - 1]), entry - 1, size, proof, tree.root(size))


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_published_proofs_of_consistency(old: int, size: int) -> None:
    tree = Tree(leaf_hash(each) for each in ENTRIES)
    proof = tree.consistency_proof(old, size)
    assert hexadecimal(proof) == CONSISTENCY[old, size]
    assert verify_consistency(old, size, tree.root(old), tree.root(size), proof)


def test_roots_are_those_of_the_definition() -> None:
    frontier = Frontier()
    for size in range(LARGEST):
        expected = oracle_root(DATA[:size])
        assert TREE.root(size) == frontier.root() == expected
        assert Frontier.from_bytes(frontier.to_bytes()) == frontier
        assert frontier.peaks == Frontier().extend(TREE.leaf(index) for index in range(size)).peaks
        frontier = frontier.append(leaf_hash(DATA[size]))


def test_proofs_of_inclusion_are_those_of_the_definition_and_hold_nowhere_else() -> None:
    for size in range(1, LARGEST + 1):
        root = oracle_root(DATA[:size])
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            assert proof == oracle_path(index, DATA[:size])
            leaf = leaf_hash(DATA[index])
            assert verify_inclusion(leaf, index, size, proof, root)
            assert not verify_inclusion(leaf, index, 2 * size, proof, root)
            elsewhere = [place for place in range(-1, size + 2) if place != index]
            assert not any(verify_inclusion(leaf, place, size, proof, root) for place in elsewhere)
            assert not verify_inclusion(leaf, index, size, [*proof, root], root)
            assert not verify_inclusion(leaf, index, size, [root, *proof], root)
            assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], root)
            assert not proof or not verify_inclusion(leaf, index, size, proof[1:], root)


def test_proofs_of_consistency_are_those_of_the_definition_and_hold_for_no_other_tree() -> None:
    for size in range(1, LARGEST + 1):
        root = oracle_root(DATA[:size])
        for old in range(1, size + 1):
            old_root = oracle_root(DATA[:old])
            proof = TREE.consistency_proof(old, size)
            assert proof == oracle_proof(old, DATA[:size])
            assert verify_consistency(old, size, old_root, root, proof)
            assert old == size or not verify_consistency(old, size, root, old_root, proof)
            assert not verify_consistency(old, 2 * size, old_root, root, proof)
            assert not verify_consistency(old, size, old_root, root, [*proof, root])
            assert not verify_consistency(old, size, old_root, root, [old_root, *proof])
            assert not proof or not verify_consistency(old, size, old_root, root, proof[:-1])
            assert not proof or not verify_consistency(old, size, old_root, root, proof[1:])


def test_every_single_changed_bit_of_a_proof_of_inclusion_is_noticed() -> None:
    for size in range(1, 18):
        root = TREE.root(size)
        for index in range(size):
            leaf, proof = TREE.leaf(index), TREE.inclusion_proof(index, size)
            for bit in range(256):
                assert not verify_inclusion(flipped(leaf, bit), index, size, proof, root)
                assert not verify_inclusion(leaf, index, size, proof, flipped(root, bit))
                for place, item in enumerate(proof):
                    changed = [*proof[:place], flipped(item, bit), *proof[place + 1 :]]
                    assert not verify_inclusion(leaf, index, size, changed, root)


def test_every_single_changed_bit_of_a_proof_of_consistency_is_noticed() -> None:
    for size in range(2, 18):
        root = TREE.root(size)
        for old in range(1, size):
            old_root, proof = TREE.root(old), TREE.consistency_proof(old, size)
            for bit in range(256):
                assert not verify_consistency(old, size, flipped(old_root, bit), root, proof)
                assert not verify_consistency(old, size, old_root, flipped(root, bit), proof)
                for place, item in enumerate(proof):
                    changed = [*proof[:place], flipped(item, bit), *proof[place + 1 :]]
                    assert not verify_consistency(old, size, old_root, root, changed)


def test_trees_that_differ_in_an_old_entry_have_no_proof_of_consistency() -> None:
    for size in range(2, 20):
        for old in range(1, size):
            for index in range(old):
                other = Tree(leaf_hash(b"other" if at == index else DATA[at]) for at in range(size))
                for proof in (other.consistency_proof(old, size), TREE.consistency_proof(old, size)):
                    assert not verify_consistency(old, size, TREE.root(old), other.root(), proof)


def test_empty_and_equal_trees_need_their_own_roots_and_no_proof() -> None:
    root, other = TREE.root(5), TREE.root(6)
    assert verify_consistency(0, 5, EMPTY_ROOT, root, [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert verify_consistency(5, 5, root, root, [])
    assert not verify_consistency(0, 5, root, root, [])
    assert not verify_consistency(0, 0, root, root, [])
    assert not verify_consistency(5, 5, root, other, [])
    assert not verify_consistency(5, 5, root, root, [root])
    assert not verify_consistency(0, 5, EMPTY_ROOT, root, [root])
    assert not verify_consistency(6, 5, other, root, [])
    assert not verify_consistency(4, 6, TREE.root(4), other, [])


@given(
    size=st.integers(-2, 2**65),
    place=st.integers(-2, 2**65),
    items=st.lists(st.binary(min_size=30, max_size=34) | st.binary(min_size=32, max_size=32), max_size=70),
)
@settings(max_examples=200, deadline=None)
def test_whatever_strangers_send_is_no_proof(size: int, place: int, items: list[bytes]) -> None:
    root, leaf = TREE.root(), TREE.leaf(0)
    assert not verify_inclusion(leaf, place, size, items, root)
    consistent = verify_consistency(place, size, EMPTY_ROOT, root, items)
    assert consistent == (place == 0 < size < 2**63 and not items)


@given(st.lists(st.integers(0, 40), max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_a_tree_grown_in_any_steps_is_the_same(steps: list[int], data: st.DataObject) -> None:
    tree, frontier, entries = Tree(), Frontier(), []
    for count in steps:
        added = [leaf_hash(b"%d" % (len(entries) + number)) for number in range(count)]
        entries += added
        tree.extend(added)
        frontier = Frontier.from_bytes(frontier.extend(added).to_bytes())
    assert tree.size == frontier.size == len(entries)
    assert tree.root() == frontier.root() == Tree(entries).root()
    if entries:
        size = data.draw(st.integers(1, len(entries)))
        index = data.draw(st.integers(0, size - 1))
        assert tree.inclusion_proof(index, size) == Tree(entries[:size]).inclusion_proof(index)
        assert tree.consistency_proof(index, size) == Tree(entries[:size]).consistency_proof(index)


def test_what_is_outside_of_the_tree_is_refused() -> None:
    for ask in (
        lambda: TREE.root(LARGEST + 1),
        lambda: TREE.leaf(LARGEST),
        lambda: TREE.inclusion_proof(3, 3),
        lambda: TREE.inclusion_proof(-1),
        lambda: TREE.consistency_proof(5, 4),
        lambda: Tree().inclusion_proof(0),
        lambda: Tree([b"short"]),
    ):
        with pytest.raises(UsageError):
            ask()


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 7, b"\0" * 7 + b"\1", b"\0" * 8 + b"x" * 32, b"\xff" * (8 + 64 * 32)]
)
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no frontier"):
        Frontier.from_bytes(data)


def test_a_large_tree_is_small_and_grows_step_by_step() -> None:
    count = 50_000
    tracemalloc.start()
    try:
        tree = Tree(number.to_bytes(32, "big") for number in range(count))
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # 10**6 leaves stay below 60 MB.
    assert held / count < 60
    frontier = Frontier().extend(number.to_bytes(32, "big") for number in range(count))
    assert tree.root() == frontier.root()
    assert tree.root() == node_hash(tree._range(0, 32_768), tree._range(32_768, count))


def test_examples_run() -> None:
    for module in (merkle, checkpoint):
        failed, attempted = doctest.testmod(module)
        assert (failed, attempted > 0) == (0, True)
