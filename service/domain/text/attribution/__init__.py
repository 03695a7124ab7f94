"""Attribution: who wrote each part of a text."""
