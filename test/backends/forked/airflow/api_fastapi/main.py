print("the app is built")
