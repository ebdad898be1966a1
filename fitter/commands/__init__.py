"""Commands of ``darkflavour``, one file per noun they act on."""
