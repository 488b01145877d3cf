"""Sparse rows: texts × features of which few are not zero. Pure.

Only what a model needs when it reads a text, by numpy alone: a process that only reads texts never imports scipy, which
takes longer to import than many models take to load.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value


@value
class SparseRows:
    """Rows of numbers: of row i, `values[begins[i]:begins[i + 1]]`, which stand in the `columns` at the same places."""

    columns: NDArray[np.int32]
    values: NDArray[np.float64]
    begins: NDArray[np.int64]
    width: int

    @staticmethod
    def of_counts(counts: Sequence[Mapping[int, int]], width: int) -> "SparseRows":
        """Returns a row for each mapping of columns to counts."""
        cells = [cell for row in counts for cell in sorted(row.items())]
        pairs = np.array(cells, dtype=np.int64).reshape(-1, 2)
        begins = np.cumsum([0, *map(len, counts)], dtype=np.int64)
        return SparseRows(pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.float64), begins, width)

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self.begins) - 1

    def of(self, rows: NDArray[np.bool_]) -> "SparseRows":
        """Returns some of the rows."""
        lengths = np.diff(self.begins)
        cells = np.repeat(rows, lengths)
        begins = np.concatenate([[0], np.cumsum(lengths[rows])])
        return SparseRows(self.columns[cells], self.values[cells], begins, self.width)

    def rows_with(self) -> NDArray[np.int64]:
        """Returns for each column the number of rows in which it is not zero."""
        return np.bincount(self.columns, minlength=self.width)

    def weighed(self, weights: NDArray[np.float32]) -> "SparseRows":
        """Returns the rows with each value times the weight of its column, each row of length 1 (or zero)."""
        values = self.values * weights[self.columns]
        lengths = np.sqrt(self._summed(values**2))
        values /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(self.begins))
        return SparseRows(self.columns, values, self.begins, self.width)

    def of_values(self, values: NDArray[np.float64]) -> "SparseRows":
        """Returns the rows with other values at the same places."""
        return SparseRows(self.columns, values, self.begins, self.width)

    def times(self, weights: NDArray[Any]) -> NDArray[np.float64]:
        """Returns for each row the sum of its values times the weights of their columns."""
        return self._summed(self.values * weights[self.columns])

    def times_levels(self, levels: NDArray[np.int8]) -> NDArray[np.float64]:
        """Returns rows × classes: the product with columns × classes."""
        values, product = self.values.astype(np.float32), np.zeros((len(self), levels.shape[1]), dtype=np.float32)
        for row, (begin, end) in enumerate(pairwise(self.begins.tolist())):
            product[row] = values[begin:end] @ levels[self.columns[begin:end]].astype(np.float32)
        return product.astype(np.float64)

    def _summed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        rows = np.repeat(np.arange(len(self)), np.diff(self.begins))
        return np.asarray(np.bincount(rows, values, minlength=len(self)), dtype=np.float64)


def side_by_side(blocks: Sequence[SparseRows]) -> Any:
    """Returns the features of all blocks as one matrix of scipy."""
    from scipy.sparse import csr_matrix, hstack  # takes a fifth of a second: only training pays it

    return hstack(
        [csr_matrix((block.values, block.columns, block.begins), shape=(len(block), block.width)) for block in blocks],
        format="csr",
    )
