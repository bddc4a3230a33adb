"""Public keys of somebody else: the one that the public API reference of UploadSSHPublicKey shows."""

SSH_KEY = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCy75ak72GGaoZNy0cjUERIn+mrga0C30kmkiwOeN4H6YtvCdUksV"
    "ppjPOhm485WFRzvIcxaMEuZ9ISAkp8AfefybxH0PdQWhELSu0pHaMnADAU7dOn3CCerO8+0sycbu4ES4P+cdK1qet3"
    "ptsG/zeQNLLmOK5zjIRa1MAS3KnwLwHEVPEe4JD+xfghuO0nwzUgpneGNwk7m7qihYLFnNCFdeU8OeIr9Fmc75g5ol"
    "Hm6ZoC/bccAHurHkfcDpanJTLNfLR5Oj14CZSsRP4kNdm+oe5+IPM78w4J9v4pXU4mizYDE21G4gUDVxOrs0X66lMi"
    "hX6ArVgmEK+NK5GQgn9z"
)
SSH_FINGERPRINT = "7a:1d:ea:9e:b0:80:ac:f8:ec:d8:dc:e6:a7:2c:fc:51"
